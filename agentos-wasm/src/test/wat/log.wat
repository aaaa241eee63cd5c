;; Logs what it is given 1,000 times, as a warning.
(module
  (import "agentos" "log" (func $log (param i32 i32 i32)))
  (memory (export "memory") 1)
  (global $next (mut i32) (i32.const 1024))
  (func $alloc (export "alloc") (param $length i32) (result i32)
    (local $place i32)
    (local.set $place (global.get $next))
    (global.set $next (i32.add (local.get $place) (local.get $length)))
    (local.get $place))
  (data (i32.const 0) "null")
  (func (export "run") (param $address i32) (param $length i32) (result i64)
    (local $left i32)
    (local.set $left (i32.const 1000))
    (loop $line
      (call $log (i32.const 2) (local.get $address) (local.get $length))
      (local.set $left (i32.sub (local.get $left) (i32.const 1)))
      (br_if $line (local.get $left)))
    (i64.const 4)))
