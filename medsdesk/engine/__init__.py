"""Everything about running a GGUF model: messages, client, worker process and its backends."""
