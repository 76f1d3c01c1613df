"""Everything about running a GGUF model: messages, client, worker process, llama.cpp backend, scripted backend."""
