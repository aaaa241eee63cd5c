module broken/lifecycle/gate_ignores_fence
open lifecycle

/* Code of a terminated agent still gets through the gate. */
fact { Flaw = GateIgnoresFence and some Flaw }

terminateWins: check terminateWins for 2 but 1 Flaw, 7 steps expect 1
