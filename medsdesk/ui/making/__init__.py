"""What makes and measures models from the Models page: convert, quantise, and what a form costs."""
