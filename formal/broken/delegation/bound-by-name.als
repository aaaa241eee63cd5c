module broken/delegation/bound_by_name
open delegation

/* A grant is bound to a name, not to an incarnation: a new agent of an old name inherits. */
fact { Flaw = BoundByName and some Flaw }

onlyTheHolderUses: check onlyTheHolderUses for 2 but 1 Call, 1 Flaw, 3 Int, 6 steps expect 1
