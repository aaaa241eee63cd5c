;; A command that asks its host with an empty object and writes what it gets.
(module
  (import "host" "lookup" (func $lookup (param i32 i32) (result i64)))
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 16) "{}")
  (func (export "alloc") (param $length i32) (result i32) (i32.const 1024))
  (func (export "_start")
    (local $answer i64)
    (local.set $answer (call $lookup (i32.const 16) (i32.const 2)))
    (i32.store (i32.const 0) (i32.wrap_i64 (i64.shr_u (local.get $answer) (i64.const 32))))
    (i32.store (i32.const 4) (i32.wrap_i64 (local.get $answer)))
    (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))))
