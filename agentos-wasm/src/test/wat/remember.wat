;; Keeps what it was given in memory, a global, a table and a data segment; tells what it finds of the call before.
(module
  (memory (export "memory") 1)
  (global $next (mut i32) (i32.const 1024))
  (func $alloc (export "alloc") (param $length i32) (result i32)
    (local $place i32)
    (local.set $place (global.get $next))
    (global.set $next (i32.add (local.get $place) (local.get $length)))
    (local.get $place))
  (type $f (func))
  (table $t 2 funcref)
  (elem declare func $nothing)
  (func $nothing)
  (global $seen (mut i32) (i32.const 48))
  (data $once "1")
  (func (export "run") (param $address i32) (param $length i32) (result i64)
    ;; memory: what the call before left at 512
    (i32.store8 (i32.const 16) (i32.add (i32.const 48) (i32.ne (i32.load (i32.const 512)) (i32.const 0))))
    (memory.fill (i32.const 512) (i32.const 170) (i32.const 64))
    ;; global
    (i32.store8 (i32.const 15) (global.get $seen))
    (global.set $seen (i32.const 49))
    ;; table
    (i32.store8 (i32.const 14) (i32.add (i32.const 48) (i32.eqz (ref.is_null (table.get $t (i32.const 1))))))
    (table.set $t (i32.const 1) (ref.func $nothing))
    ;; a dropped data segment gives nothing any more: the second call would trap
    (memory.init $once (i32.const 13) (i32.const 0) (i32.const 1))
    (data.drop $once)
    (i64.or (i64.shl (i64.const 13) (i64.const 32)) (i64.const 4))))
