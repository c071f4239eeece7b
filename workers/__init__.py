"""Long-running subscribers: one runner, one handler per queue."""
