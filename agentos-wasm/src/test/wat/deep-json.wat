;; Gives JSON of arrays in arrays, 60,000 deep.
(module
  (memory (export "memory") 1)
  (global $next (mut i32) (i32.const 1024))
  (func $alloc (export "alloc") (param $length i32) (result i32)
    (local $place i32)
    (local.set $place (global.get $next))
    (global.set $next (i32.add (local.get $place) (local.get $length)))
    (local.get $place))
  (func (export "run") (param $address i32) (param $length i32) (result i64)
    (memory.fill (i32.const 0) (i32.const 91) (i32.const 60000))
    (i64.const 60000)))
