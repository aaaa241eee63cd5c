;; Gives back what it is given, by the plainest means: a bump allocator and no copy.
(module
  (memory (export "memory") 1)
  (global $next (mut i32) (i32.const 16))
  (func (export "alloc") (param $length i32) (result i32)
    (local $place i32)
    (local.set $place (global.get $next))
    (global.set $next (i32.add (local.get $place) (local.get $length)))
    (local.get $place))
  (func (export "run") (param $address i32) (param $length i32) (result i64)
    (i64.or
      (i64.shl (i64.extend_i32_u (local.get $address)) (i64.const 32))
      (i64.extend_i32_u (local.get $length)))))
