"""FunctionGraph's control plane: functions, their code, settings, async policy and triggers."""
