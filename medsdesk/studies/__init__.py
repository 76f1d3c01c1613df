"""Pure design of rating studies: what is drawn, in which order, on which side, how sets merge."""
