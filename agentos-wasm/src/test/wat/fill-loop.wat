;; Fills its memory, 1 MiB, without end: few instructions that take long.
(module
  (memory (export "memory") 1)
  (global $next (mut i32) (i32.const 1024))
  (func $alloc (export "alloc") (param $length i32) (result i32)
    (local $place i32)
    (local.set $place (global.get $next))
    (global.set $next (i32.add (local.get $place) (local.get $length)))
    (local.get $place))
  (func (export "run") (param $address i32) (param $length i32) (result i64)
    (drop (memory.grow (i32.const 255)))
    (loop $again
      (memory.fill (i32.const 0) (i32.const 1) (i32.const 16777216))
      (br $again))
    (unreachable)))
