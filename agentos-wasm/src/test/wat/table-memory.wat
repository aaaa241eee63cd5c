;; Says how big its table is, then lets it grow by one.
(module
  (memory (export "memory") 1)
  (global $next (mut i32) (i32.const 1024))
  (func $alloc (export "alloc") (param $length i32) (result i32)
    (local $place i32)
    (local.set $place (global.get $next))
    (global.set $next (i32.add (local.get $place) (local.get $length)))
    (local.get $place))
  (table $t 3 funcref)
  (func (export "run") (param $address i32) (param $length i32) (result i64)
    (i32.store8 (i32.const 0) (i32.add (i32.const 48) (table.size $t)))
    (drop (table.grow $t (ref.null func) (i32.const 1)))
    (i64.const 1)))
