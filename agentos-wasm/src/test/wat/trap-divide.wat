;; Divides by zero.
(module
  (memory (export "memory") 1)
  (global $next (mut i32) (i32.const 1024))
  (func $alloc (export "alloc") (param $length i32) (result i32)
    (local $place i32)
    (local.set $place (global.get $next))
    (global.set $next (i32.add (local.get $place) (local.get $length)))
    (local.get $place))
  (func (export "run") (param $address i32) (param $length i32) (result i64) (i64.extend_i32_u (i32.div_u (i32.const 1) (i32.const 0)))))
