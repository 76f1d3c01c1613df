"""MedsDesk: judge a medical language model on your own clinical texts, offline."""
