module broken/lifecycle/returns_before_stored
open lifecycle

/* A termination is acknowledged before the store has it. */
fact { Flaw = ReturnsBeforeStored and some Flaw }

returnedMeansEnded: check returnedMeansEnded for 1 but 1 Flaw, 9 steps expect 1
