"""The conversations: aiogram routers, one module a capability that a worker sees. They know no channel."""
