;; A command that opens what its input names, to read, and writes the error as a digit or two; what can be opened it copies out.
(module
  (import "wasi_snapshot_preview1" "fd_read" (func $fd_read (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "args_get" (func $args_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "args_sizes_get" (func $args_sizes_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_open"
    (func $path_open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "_start")
    (local $error i32) (local $path i32)
    ;; the last argument: from its address to the end of all of them, without the zero
    (drop (call $args_sizes_get (i32.const 0) (i32.const 4)))
    (drop (call $args_get (i32.const 64) (i32.const 1024)))
    (local.set $path (i32.load (i32.add (i32.const 60) (i32.shl (i32.load (i32.const 0)) (i32.const 2)))))
    (local.set $error (call $path_open
      (i32.const 3) (i32.const 0) (local.get $path)
      (i32.sub (i32.add (i32.const 1023) (i32.load (i32.const 4))) (local.get $path))
      (i32.const 0) (i64.const 2) (i64.const 0) (i32.const 0) (i32.const 12)))
    (i32.store (i32.const 16) (i32.const 2048))
    (if (local.get $error)
      (then
        (i32.store8 (i32.const 2048) (i32.add (i32.const 48) (i32.div_u (local.get $error) (i32.const 10))))
        (i32.store8 (i32.const 2049) (i32.add (i32.const 48) (i32.rem_u (local.get $error) (i32.const 10))))
        (i32.store (i32.const 20) (i32.const 2)))
      (else
        (i32.store (i32.const 20) (i32.const 1000))
        (drop (call $fd_read (i32.load (i32.const 12)) (i32.const 16) (i32.const 1) (i32.const 8)))
        (i32.store (i32.const 20) (i32.load (i32.const 8)))))
    (drop (call $fd_write (i32.const 1) (i32.const 16) (i32.const 1) (i32.const 8)))))
