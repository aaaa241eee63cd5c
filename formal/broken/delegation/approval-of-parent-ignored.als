module broken/delegation/approval_of_parent_ignored
open delegation

/* Deriving compares what is permitted, and forgets that a parent asks a person. */
fact { Flaw = ApprovalOfParentIgnored and some Flaw }

approvalIsNeverSkipped: check approvalIsNeverSkipped for 2 but 1 Call, 1 Flaw, 3 Int, 7 steps expect 1
