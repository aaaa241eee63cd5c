;; A command: writes its input to a file, reads that file again, writes it to its output. Refuses whatever does not go as it should.
(module
  (import "wasi_snapshot_preview1" "fd_read" (func $fd_read (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_seek" (func $fd_seek (param i32 i64 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_close" (func $fd_close (param i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_open"
    (func $path_open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
  (memory (export "memory") 1)
  (data (i32.const 100) "copy.txt")
  ;; 0: address and length of a place, 8: how many bytes, 12: descriptor, 16: position
  (func $try (param $error i32)
    (if (local.get $error) (then (call $proc_exit (local.get $error)))))
  (func $place (param $length i32)
    (i32.store (i32.const 0) (i32.const 1024))
    (i32.store (i32.const 4) (local.get $length)))
  (func (export "_start")
    (call $try (call $path_open
      (i32.const 3) (i32.const 0) (i32.const 100) (i32.const 8) (i32.const 9) ;; create, truncate
      (i64.const 66) (i64.const 0) (i32.const 0) (i32.const 12)))             ;; read, write
    (block $end
      (loop $more
        (call $place (i32.const 100))
        (call $try (call $fd_read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 8)))
        (br_if $end (i32.eqz (i32.load (i32.const 8))))
        (call $place (i32.load (i32.const 8)))
        (call $try (call $fd_write (i32.load (i32.const 12)) (i32.const 0) (i32.const 1) (i32.const 8)))
        (br $more)))
    (call $try (call $fd_seek (i32.load (i32.const 12)) (i64.const 0) (i32.const 0) (i32.const 16)))
    (block $done
      (loop $again
        (call $place (i32.const 77))
        (call $try (call $fd_read (i32.load (i32.const 12)) (i32.const 0) (i32.const 1) (i32.const 8)))
        (br_if $done (i32.eqz (i32.load (i32.const 8))))
        (call $place (i32.load (i32.const 8)))
        (call $try (call $fd_write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))
        (br $again)))
    (call $try (call $fd_close (i32.load (i32.const 12))))))
