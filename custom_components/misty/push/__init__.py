"""What every vendor of this project shares: pushed device state into Home Assistant.

The source is `shared_push/` at the top of the repository; `script/sync` copies the modules
that a vendor uses into its `push/`. Change the source, never a copy.

Without Home Assistant: `errors`, `wire`, `silence`, `connection`, `socketio`, `websocket`.
With it: `actions`, `coordinator`, `entity`, `platform`, `flow`, `history`.
"""
