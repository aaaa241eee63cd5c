;; Asks its host with arguments that are no object.
(module
  (import "host" "lookup" (func $lookup (param i32 i32) (result i64)))
  (memory (export "memory") 1)
  (global $next (mut i32) (i32.const 1024))
  (func $alloc (export "alloc") (param $length i32) (result i32)
    (local $place i32)
    (local.set $place (global.get $next))
    (global.set $next (i32.add (local.get $place) (local.get $length)))
    (local.get $place))
  (data (i32.const 0) "[1]")
  (func (export "run") (param $address i32) (param $length i32) (result i64)
    (call $lookup (i32.const 0) (i32.const 3))))
