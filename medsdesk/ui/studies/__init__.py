"""The page Studies: make, carry, rate, merge and lock rating studies."""
