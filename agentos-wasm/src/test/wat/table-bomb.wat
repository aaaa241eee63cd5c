;; Lets a table grow until it does not; says how big it got, in hundreds of thousands.
(module
  (memory (export "memory") 1)
  (global $next (mut i32) (i32.const 1024))
  (func $alloc (export "alloc") (param $length i32) (result i32)
    (local $place i32)
    (local.set $place (global.get $next))
    (global.set $next (i32.add (local.get $place) (local.get $length)))
    (local.get $place))
  (table $t 0 funcref)
  (func (export "run") (param $address i32) (param $length i32) (result i64)
    (loop $more
      (br_if $more (i32.ne (table.grow $t (ref.null func) (i32.const 1000)) (i32.const -1))))
    (i32.store8 (i32.const 0) (i32.add (i32.const 48) (i32.div_u (table.size $t) (i32.const 100000))))
    (i64.const 1)))
