"""What tests of every part share: a clock without waiting, FunctionGraph's context, journals."""
