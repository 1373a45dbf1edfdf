"""Build the models of a release with dbt: what the admissions that no published release has taken change."""
