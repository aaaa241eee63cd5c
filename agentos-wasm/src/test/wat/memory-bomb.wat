;; Takes memory until it gets no more; says how many pages it got.
(module
  (memory (export "memory") 1)
  (global $next (mut i32) (i32.const 1024))
  (func $alloc (export "alloc") (param $length i32) (result i32)
    (local $place i32)
    (local.set $place (global.get $next))
    (global.set $next (i32.add (local.get $place) (local.get $length)))
    (local.get $place))
  (func (export "run") (param $address i32) (param $length i32) (result i64)
    (loop $more
      (br_if $more (i32.ne (memory.grow (i32.const 1)) (i32.const -1))))
    (i32.store8 (i32.const 0) (i32.add (i32.const 48) (i32.div_u (memory.size) (i32.const 100))))
    (i32.store8 (i32.const 1) (i32.add (i32.const 48) (i32.rem_u (i32.div_u (memory.size) (i32.const 10)) (i32.const 10))))
    (i32.store8 (i32.const 2) (i32.add (i32.const 48) (i32.rem_u (memory.size) (i32.const 10))))
    (i64.const 3)))
