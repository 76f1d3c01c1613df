"""The items of any run: browse, filter, compare two runs."""
