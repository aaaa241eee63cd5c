module broken/lifecycle/ends_without_children
open lifecycle

/* An agent that ends in order does not wait for its children. */
fact { Flaw = EndsWithoutChildren and some Flaw }

childrenEndFirst: check childrenEndFirst for 2 but 1 Flaw, 7 steps expect 1
