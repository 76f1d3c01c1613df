"""The stored answers with their scores and ratings, as a list to open again."""
