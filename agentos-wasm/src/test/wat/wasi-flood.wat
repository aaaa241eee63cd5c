;; A command that makes folders with names of four bytes until it may not, and exits with the error.
(module
  (import "wasi_snapshot_preview1" "path_create_directory" (func $make (param i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
  (memory (export "memory") 1)
  (func (export "_start")
    (local $error i32)
    (i32.store (i32.const 0) (i32.const 0x61616161))
    (loop $again
      (i32.store (i32.const 0) (i32.add (i32.load (i32.const 0)) (i32.const 1)))
      (if (i32.eq (i32.load8_u (i32.const 0)) (i32.const 0x7b))
        (then (i32.store (i32.const 0) (i32.add (i32.load (i32.const 0)) (i32.const 0xe6)))))
      (if (i32.eq (i32.load8_u (i32.const 1)) (i32.const 0x7b))
        (then (i32.store (i32.const 0) (i32.add (i32.load (i32.const 0)) (i32.const 0xe600)))))
      (local.set $error (call $make (i32.const 3) (i32.const 0) (i32.const 4)))
      (br_if $again (i32.eqz (local.get $error))))
    (call $proc_exit (local.get $error))))
