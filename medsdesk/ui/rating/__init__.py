"""The rating screen of a study: a text, its outputs, the questions, all by keyboard."""
