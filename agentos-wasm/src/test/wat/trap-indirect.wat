;; Calls a function by a table, with another type than it has.
(module
  (memory (export "memory") 1)
  (global $next (mut i32) (i32.const 1024))
  (func $alloc (export "alloc") (param $length i32) (result i32)
    (local $place i32)
    (local.set $place (global.get $next))
    (global.set $next (i32.add (local.get $place) (local.get $length)))
    (local.get $place))
  (type $wrong (func (result i64)))
  (table 1 funcref)
  (elem (i32.const 0) $alloc)
  (func (export "run") (param $address i32) (param $length i32) (result i64) (call_indirect (type $wrong) (i32.const 0))))
