"""What readers, cleaners and contracts make of real sets that lie beside the checkout, never in it."""
