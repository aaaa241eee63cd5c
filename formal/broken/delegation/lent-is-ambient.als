module broken/delegation/lent_is_ambient
open delegation

/* What came by a message is used without being named: the confused deputy. */
fact { Flaw = LentIsAmbient and some Flaw }

lentOnlyWhenNamed: check lentOnlyWhenNamed for 2 but 1 Call, 1 Flaw, 3 Int, 6 steps expect 1
