"""The ledger (schema ops): what was delivered, planned, admitted, judged and published."""
