module broken/lifecycle/lists_before_fence
open lifecycle

/* A termination lists the children first and puts up the fence then: a child that is spawned in between is forgotten. */
fact { Flaw = ListsBeforeFence and some Flaw }

childrenEndFirst: check childrenEndFirst for 2 but 1 Flaw, 8 steps expect 1
