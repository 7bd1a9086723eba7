"""The default chain: py-evm over LMDB as a child process, with JSON-RPC. Knows nothing of returns."""
