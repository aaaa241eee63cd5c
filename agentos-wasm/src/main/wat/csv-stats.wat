;; csv.stats: statistics of one column of a CSV text.
;;
;; In:  {"csv": "<text>", "column": "<name>", "separator": ";"}, the separator "," unless given. The members may stand in
;;      any order; members of other names are passed over.
;; Out: {"rows": n, "count": n, "empty": n, "min": d, "max": d, "sum": d, "mean": d}
;;
;; The first line has the names of the columns. Fields may be quoted as RFC 4180 says; lines end with LF or CR LF.
;; Numbers are decimal, with up to six digits after the point, and are added exactly, in millionths: a sum of prices is
;; what a person gets on paper, not what a double makes of it. The mean is rounded to a millionth, halves away from zero.
;; Whatever is no such number, or does not fit into 64 bits, ends the call and names the row.
;;
;; Memory: 0 to 1023 scratch and messages, 1024 a 256-byte buffer for a field, from 2048 what is allocated.
(module
  (import "agentos" "fail" (func $fail (param i32 i32)))
  (memory (export "memory") 2)

  ;; ---- texts
  (data (i32.const 0) "the arguments are no object with \"csv\" and \"column\"")          ;; 51 at 0
  (data (i32.const 64) "there is no column of that name")                                 ;; 31 at 64
  (data (i32.const 128) "a quoted field does not end")                                    ;; 27 at 128
  (data (i32.const 192) "no number of at most six decimals that fits, in row ")           ;; 52 at 192
  (data (i32.const 256) "the separator is not one byte")                                  ;; 29 at 256
  (data (i32.const 320) "the sum is too big, in row ")                                    ;; 27 at 320
  (data (i32.const 384) "csv")
  (data (i32.const 392) "column")
  (data (i32.const 400) "separator")
  (data (i32.const 416) "{\"rows\":")                                                     ;; 8
  (data (i32.const 432) ",\"count\":")                                                    ;; 9
  (data (i32.const 448) ",\"empty\":")                                                    ;; 9
  (data (i32.const 464) ",\"min\":")                                                      ;; 7
  (data (i32.const 480) ",\"max\":")                                                      ;; 7
  (data (i32.const 496) ",\"sum\":")                                                      ;; 7
  (data (i32.const 512) ",\"mean\":")                                                     ;; 8

  (global $next (mut i32) (i32.const 2048))
  ;; What is being read, and up to where.
  (global $at (mut i32) (i32.const 0))
  (global $end (mut i32) (i32.const 0))
  ;; What is being written.
  (global $out (mut i32) (i32.const 0))
  ;; The string read last.
  (global $text (mut i32) (i32.const 0))
  (global $textEnd (mut i32) (i32.const 0))
  ;; The field read last, and how it ended: 0 another follows, 1 the line ends, 2 the text ends.
  (global $field (mut i32) (i32.const 0))
  (global $fieldEnd (mut i32) (i32.const 0))
  (global $separator (mut i32) (i32.const 44))

  (func $alloc (export "alloc") (param $length i32) (result i32)
    (local $place i32) (local $missing i32)
    (local.set $place (global.get $next))
    ;; Sixteen bytes more, so that reading one character ahead stays within.
    (global.set $next (i32.add (i32.add (local.get $place) (local.get $length)) (i32.const 16)))
    (local.set $missing
      (i32.sub
        (i32.shr_u (i32.add (global.get $next) (i32.const 65535)) (i32.const 16))
        (memory.size)))
    (if (i32.gt_s (local.get $missing) (i32.const 0))
      (then
        (if (i32.eq (memory.grow (local.get $missing)) (i32.const -1)) (then (unreachable)))))
    (local.get $place))

  ;; ---- JSON: as much as arguments need; the host has checked that it is JSON

  (func $complain (call $fail (i32.const 0) (i32.const 51)))

  ;; The next character, 0 at the end.
  (func $peek (result i32)
    (if (result i32) (i32.lt_u (global.get $at) (global.get $end))
      (then (i32.load8_u (global.get $at)))
      (else (i32.const 0))))

  (func $step (global.set $at (i32.add (global.get $at) (i32.const 1))))

  (func $blanks
    (local $c i32)
    (block $done
      (loop $more
        (local.set $c (call $peek))
        (br_if $done
          (i32.eqz
            (i32.or
              (i32.or (i32.eq (local.get $c) (i32.const 32)) (i32.eq (local.get $c) (i32.const 10)))
              (i32.or (i32.eq (local.get $c) (i32.const 13)) (i32.eq (local.get $c) (i32.const 9))))))
        (call $step)
        (br $more))))

  (func $expect (param $c i32)
    (call $blanks)
    (if (i32.ne (call $peek) (local.get $c)) (then (call $complain)))
    (call $step)
    (call $blanks))

  ;; The value of four hexadecimal digits, which are passed.
  (func $hex4 (result i32)
    (local $value i32) (local $left i32) (local $c i32)
    (local.set $left (i32.const 4))
    (loop $digit
      ;; "a" is 0x61: the low four bits of a letter are its value less 9, those of a digit its value.
      (local.set $c (call $peek))
      (local.set $value
        (i32.add
          (i32.shl (local.get $value) (i32.const 4))
          (i32.add
            (i32.and (local.get $c) (i32.const 15))
            (select (i32.const 9) (i32.const 0) (i32.and (local.get $c) (i32.const 64))))))
      (call $step)
      (local.set $left (i32.sub (local.get $left) (i32.const 1)))
      (br_if $digit (local.get $left)))
    (local.get $value))

  (func $put (param $c i32)
    (i32.store8 (global.get $out) (local.get $c))
    (global.set $out (i32.add (global.get $out) (i32.const 1))))

  ;; Writes a code point in UTF-8.
  (func $putCodePoint (param $c i32)
    (if (i32.lt_u (local.get $c) (i32.const 0x80))
      (then (call $put (local.get $c)) (return)))
    (if (i32.lt_u (local.get $c) (i32.const 0x800))
      (then (call $put (i32.or (i32.const 0xc0) (i32.shr_u (local.get $c) (i32.const 6)))))
      (else
        (if (i32.lt_u (local.get $c) (i32.const 0x10000))
          (then (call $put (i32.or (i32.const 0xe0) (i32.shr_u (local.get $c) (i32.const 12)))))
          (else
            (call $put (i32.or (i32.const 0xf0) (i32.shr_u (local.get $c) (i32.const 18))))
            (call $put (i32.or (i32.const 0x80) (i32.and (i32.shr_u (local.get $c) (i32.const 12)) (i32.const 63))))))
        (call $put (i32.or (i32.const 0x80) (i32.and (i32.shr_u (local.get $c) (i32.const 6)) (i32.const 63))))))
    (call $put (i32.or (i32.const 0x80) (i32.and (local.get $c) (i32.const 63)))))

  ;; What follows \u, with its second half if it has one.
  (func $escapedCodePoint (result i32)
    (local $c i32)
    (local.set $c (call $hex4))
    (if (i32.eq (i32.and (local.get $c) (i32.const 0xfc00)) (i32.const 0xd800))
      (then
        (call $step) (call $step) ;; \u
        (local.set $c
          (i32.add
            (i32.add (i32.const 0x10000) (i32.shl (i32.and (local.get $c) (i32.const 0x3ff)) (i32.const 10)))
            (i32.and (call $hex4) (i32.const 0x3ff))))))
    (local.get $c))

  (func $unescape (param $c i32) (result i32)
    (if (i32.eq (local.get $c) (i32.const 110)) (then (return (i32.const 10))))
    (if (i32.eq (local.get $c) (i32.const 114)) (then (return (i32.const 13))))
    (if (i32.eq (local.get $c) (i32.const 116)) (then (return (i32.const 9))))
    (if (i32.eq (local.get $c) (i32.const 98)) (then (return (i32.const 8))))
    (if (i32.eq (local.get $c) (i32.const 102)) (then (return (i32.const 12))))
    (local.get $c))

  ;; Reads a string into itself: what it says is never longer than how it is written.
  (func $string
    (local $c i32)
    (if (i32.ne (call $peek) (i32.const 34)) (then (call $complain)))
    (call $step)
    (global.set $text (global.get $at))
    (global.set $out (global.get $at))
    (block $done
      (loop $more
        (if (i32.ge_u (global.get $at) (global.get $end)) (then (call $complain)))
        (local.set $c (call $peek))
        (call $step)
        (br_if $done (i32.eq (local.get $c) (i32.const 34)))
        (if (i32.eq (local.get $c) (i32.const 92))
          (then
            (local.set $c (call $peek))
            (call $step)
            (if (i32.eq (local.get $c) (i32.const 117))
              (then (call $putCodePoint (call $escapedCodePoint)))
              (else (call $put (call $unescape (local.get $c))))))
          (else (call $put (local.get $c))))
        (br $more)))
    (global.set $textEnd (global.get $out)))

  ;; Passes over any value.
  (func $skip
    (local $depth i32) (local $c i32)
    (loop $more
      (call $blanks)
      (local.set $c (call $peek))
      (if (i32.eqz (local.get $c)) (then (call $complain)))
      (if (i32.eq (local.get $c) (i32.const 34))
        (then (call $string))
        (else
          (if (i32.or (i32.eq (local.get $c) (i32.const 123)) (i32.eq (local.get $c) (i32.const 91)))
            (then (local.set $depth (i32.add (local.get $depth) (i32.const 1)))))
          (if (i32.or (i32.eq (local.get $c) (i32.const 125)) (i32.eq (local.get $c) (i32.const 93)))
            (then (local.set $depth (i32.sub (local.get $depth) (i32.const 1)))))
          (call $step)))
      (call $blanks)
      (local.set $c (call $peek))
      ;; Outside of everything, a comma or a closing brace ends it.
      (br_if $more
        (i32.or
          (local.get $depth)
          (i32.eqz (i32.or (i32.eq (local.get $c) (i32.const 44)) (i32.eq (local.get $c) (i32.const 125))))))))

  (func $same (param $a i32) (param $aEnd i32) (param $b i32) (param $bEnd i32) (result i32)
    (if (i32.ne (i32.sub (local.get $aEnd) (local.get $a)) (i32.sub (local.get $bEnd) (local.get $b)))
      (then (return (i32.const 0))))
    (block $done
      (loop $more
        (br_if $done (i32.ge_u (local.get $a) (local.get $aEnd)))
        (if (i32.ne (i32.load8_u (local.get $a)) (i32.load8_u (local.get $b))) (then (return (i32.const 0))))
        (local.set $a (i32.add (local.get $a) (i32.const 1)))
        (local.set $b (i32.add (local.get $b) (i32.const 1)))
        (br $more)))
    (i32.const 1))

  ;; ---- CSV

  ;; Reads a field, unquoted within itself; gives how it ended.
  (func $readField (result i32)
    (local $c i32)
    (global.set $field (global.get $at))
    (if (i32.eq (call $peek) (i32.const 34))
      (then
        (call $step)
        (global.set $field (global.get $at))
        (global.set $out (global.get $at))
        (block $closed
          (loop $quoted
            (if (i32.ge_u (global.get $at) (global.get $end))
              (then (call $fail (i32.const 128) (i32.const 27))))
            (local.set $c (call $peek))
            (call $step)
            (if (i32.eq (local.get $c) (i32.const 34))
              (then
                ;; A quote stands for itself when there are two of them.
                (br_if $closed (i32.ne (call $peek) (i32.const 34)))
                (call $step)))
            (call $put (local.get $c))
            (br $quoted)))
        (global.set $fieldEnd (global.get $out)))
      (else
        (block $ended
          (loop $plain
            (br_if $ended (i32.ge_u (global.get $at) (global.get $end)))
            (local.set $c (call $peek))
            (br_if $ended (i32.eq (local.get $c) (global.get $separator)))
            (br_if $ended (i32.eq (local.get $c) (i32.const 10)))
            (call $step)
            (br $plain)))
        (global.set $fieldEnd (global.get $at))
        ;; CR before LF belongs to the end of the line.
        (if (i32.and
              (i32.gt_u (global.get $fieldEnd) (global.get $field))
              (i32.and
                (i32.eq (i32.load8_u (i32.sub (global.get $at) (i32.const 1))) (i32.const 13))
                (i32.ne (call $peek) (global.get $separator))))
          (then (global.set $fieldEnd (i32.sub (global.get $fieldEnd) (i32.const 1)))))))
    ;; Behind a quoted field, up to what ends it.
    (block $at_end
      (loop $rest
        (if (i32.ge_u (global.get $at) (global.get $end)) (then (return (i32.const 2))))
        (local.set $c (call $peek))
        (call $step)
        (if (i32.eq (local.get $c) (global.get $separator)) (then (return (i32.const 0))))
        (if (i32.eq (local.get $c) (i32.const 10))
          (then (return (select (i32.const 2) (i32.const 1) (i32.ge_u (global.get $at) (global.get $end))))))
        (br $rest)))
    (unreachable))

  ;; ---- numbers

  (func $failInRow (param $message i32) (param $length i32) (param $row i64)
    (memory.copy (i32.const 1024) (local.get $message) (local.get $length))
    (global.set $out (i32.add (i32.const 1024) (local.get $length)))
    (call $putNumber (local.get $row))
    (call $fail (i32.const 1024) (i32.sub (global.get $out) (i32.const 1024))))

  ;; Cuts blanks off the field; gives whether anything is left.
  (func $trim (result i32)
    (block $front
      (loop $more
        (br_if $front (i32.ge_u (global.get $field) (global.get $fieldEnd)))
        (br_if $front (i32.ne (i32.load8_u (global.get $field)) (i32.const 32)))
        (global.set $field (i32.add (global.get $field) (i32.const 1)))
        (br $more)))
    (block $back
      (loop $more
        (br_if $back (i32.ge_u (global.get $field) (global.get $fieldEnd)))
        (br_if $back (i32.ne (i32.load8_u (i32.sub (global.get $fieldEnd) (i32.const 1))) (i32.const 32)))
        (global.set $fieldEnd (i32.sub (global.get $fieldEnd) (i32.const 1)))
        (br $more)))
    (i32.lt_u (global.get $field) (global.get $fieldEnd)))

  ;; The field as millionths.
  (func $millionths (param $row i64) (result i64)
    (local $at i32) (local $c i32) (local $minus i32) (local $value i64) (local $decimals i32) (local $digits i32)
    (local.set $at (global.get $field))
    (local.set $decimals (i32.const -1)) ;; no point yet
    (local.set $c (i32.load8_u (local.get $at)))
    (if (i32.or (i32.eq (local.get $c) (i32.const 45)) (i32.eq (local.get $c) (i32.const 43)))
      (then
        (local.set $minus (i32.eq (local.get $c) (i32.const 45)))
        (local.set $at (i32.add (local.get $at) (i32.const 1)))))
    (block $done
      (loop $more
        (br_if $done (i32.ge_u (local.get $at) (global.get $fieldEnd)))
        (local.set $c (i32.load8_u (local.get $at)))
        (local.set $at (i32.add (local.get $at) (i32.const 1)))
        (if (i32.and (i32.eq (local.get $c) (i32.const 46)) (i32.eq (local.get $decimals) (i32.const -1)))
          (then (local.set $decimals (i32.const 0)) (br $more)))
        (local.set $c (i32.sub (local.get $c) (i32.const 48)))
        ;; Nine times ten to the eighteenth: what a million times nine trillion is, and ten of it would not fit.
        (if (i32.or
              (i32.gt_u (local.get $c) (i32.const 9))
              (i32.or
                (i32.ge_s (local.get $decimals) (i32.const 6))
                (i64.gt_u (local.get $value) (i64.const 900000000000000000))))
          (then (call $failInRow (i32.const 192) (i32.const 52) (local.get $row))))
        (local.set $value
          (i64.add (i64.mul (local.get $value) (i64.const 10)) (i64.extend_i32_u (local.get $c))))
        (local.set $digits (i32.add (local.get $digits) (i32.const 1)))
        (if (i32.ge_s (local.get $decimals) (i32.const 0))
          (then (local.set $decimals (i32.add (local.get $decimals) (i32.const 1)))))
        (br $more)))
    (if (i32.eqz (local.get $digits)) (then (call $failInRow (i32.const 192) (i32.const 52) (local.get $row))))
    (if (i32.eq (local.get $decimals) (i32.const -1)) (then (local.set $decimals (i32.const 0))))
    (block $scaled
      (loop $more
        (br_if $scaled (i32.ge_s (local.get $decimals) (i32.const 6)))
        (if (i64.gt_u (local.get $value) (i64.const 900000000000000000))
          (then (call $failInRow (i32.const 192) (i32.const 52) (local.get $row))))
        (local.set $value (i64.mul (local.get $value) (i64.const 10)))
        (local.set $decimals (i32.add (local.get $decimals) (i32.const 1)))
        (br $more)))
    (if (local.get $minus) (then (return (i64.sub (i64.const 0) (local.get $value)))))
    (local.get $value))

  ;; Writes a number that is not negative.
  (func $putNumber (param $value i64)
    (if (i64.ge_u (local.get $value) (i64.const 10))
      (then (call $putNumber (i64.div_u (local.get $value) (i64.const 10)))))
    (call $put (i32.add (i32.const 48) (i32.wrap_i64 (i64.rem_u (local.get $value) (i64.const 10))))))

  ;; Writes millionths as a decimal, without zeros at its end.
  (func $putDecimal (param $value i64)
    (local $rest i64) (local $unit i64)
    (if (i64.lt_s (local.get $value) (i64.const 0))
      (then
        (call $put (i32.const 45))
        (local.set $value (i64.sub (i64.const 0) (local.get $value)))))
    (call $putNumber (i64.div_u (local.get $value) (i64.const 1000000)))
    (local.set $rest (i64.rem_u (local.get $value) (i64.const 1000000)))
    (if (i64.eqz (local.get $rest)) (then (return)))
    (call $put (i32.const 46))
    (local.set $unit (i64.const 100000))
    (loop $digit
      (call $put (i32.add (i32.const 48) (i32.wrap_i64 (i64.div_u (local.get $rest) (local.get $unit)))))
      (local.set $rest (i64.rem_u (local.get $rest) (local.get $unit)))
      (local.set $unit (i64.div_u (local.get $unit) (i64.const 10)))
      (br_if $digit (i64.ne (local.get $rest) (i64.const 0)))))

  (func $putText (param $from i32) (param $length i32)
    (memory.copy (global.get $out) (local.get $from) (local.get $length))
    (global.set $out (i32.add (global.get $out) (local.get $length))))

  ;; A sum divided by a count, rounded to a millionth, halves away from zero.
  (func $mean (param $sum i64) (param $count i64) (result i64)
    (local $quotient i64) (local $rest i64)
    (local.set $quotient (i64.div_s (local.get $sum) (local.get $count)))
    (local.set $rest (i64.rem_s (local.get $sum) (local.get $count)))
    (if (i64.lt_s (local.get $rest) (i64.const 0))
      (then
        (if (i64.ge_u (i64.mul (i64.sub (i64.const 0) (local.get $rest)) (i64.const 2)) (local.get $count))
          (then (local.set $quotient (i64.sub (local.get $quotient) (i64.const 1))))))
      (else
        (if (i64.ge_u (i64.mul (local.get $rest) (i64.const 2)) (local.get $count))
          (then (local.set $quotient (i64.add (local.get $quotient) (i64.const 1)))))))
    (local.get $quotient))

  ;; ---- the tool

  (func (export "run") (param $address i32) (param $length i32) (result i64)
    (local $csv i32) (local $csvEnd i32) (local $column i32) (local $columnEnd i32)
    (local $key i32) (local $keyEnd i32) (local $ended i32) (local $wanted i32) (local $index i32) (local $seen i32)
    (local $rows i64) (local $count i64) (local $empty i64) (local $value i64)
    (local $min i64) (local $max i64) (local $sum i64) (local $start i32)
    ;; arguments
    (global.set $at (local.get $address))
    (global.set $end (i32.add (local.get $address) (local.get $length)))
    (call $expect (i32.const 123))
    (block $parsed
      (loop $member
        (br_if $parsed (i32.eq (call $peek) (i32.const 125)))
        (call $string)
        (local.set $key (global.get $text))
        (local.set $keyEnd (global.get $textEnd))
        (call $expect (i32.const 58))
        (block $read
          (if (call $same (local.get $key) (local.get $keyEnd) (i32.const 384) (i32.const 387))
            (then
              (call $string)
              (local.set $csv (global.get $text))
              (local.set $csvEnd (global.get $textEnd))
              (br $read)))
          (if (call $same (local.get $key) (local.get $keyEnd) (i32.const 392) (i32.const 398))
            (then
              (call $string)
              (local.set $column (global.get $text))
              (local.set $columnEnd (global.get $textEnd))
              (br $read)))
          (if (call $same (local.get $key) (local.get $keyEnd) (i32.const 400) (i32.const 409))
            (then
              (call $string)
              (if (i32.ne (i32.sub (global.get $textEnd) (global.get $text)) (i32.const 1))
                (then (call $fail (i32.const 256) (i32.const 29))))
              (global.set $separator (i32.load8_u (global.get $text)))
              (br $read)))
          (call $skip))
        (call $blanks)
        (br_if $parsed (i32.ne (call $peek) (i32.const 44)))
        (call $expect (i32.const 44))
        (br $member)))
    (call $expect (i32.const 125))
    (if (i32.or (i32.eqz (local.get $csv)) (i32.eqz (local.get $column))) (then (call $complain)))
    ;; names
    (global.set $at (local.get $csv))
    (global.set $end (local.get $csvEnd))
    (local.set $wanted (i32.const -1))
    (loop $name
      (local.set $ended (call $readField))
      (if (i32.and
            (i32.eq (local.get $wanted) (i32.const -1))
            (call $same (global.get $field) (global.get $fieldEnd) (local.get $column) (local.get $columnEnd)))
        (then (local.set $wanted (local.get $index))))
      (local.set $index (i32.add (local.get $index) (i32.const 1)))
      (br_if $name (i32.eqz (local.get $ended))))
    (if (i32.eq (local.get $wanted) (i32.const -1)) (then (call $fail (i32.const 64) (i32.const 31))))
    ;; rows
    (block $done
      (loop $row
        (br_if $done (i32.eq (local.get $ended) (i32.const 2)))
        (local.set $rows (i64.add (local.get $rows) (i64.const 1)))
        (local.set $index (i32.const 0))
        (local.set $seen (i32.const 0))
        (loop $cell
          (local.set $ended (call $readField))
          (if (i32.eq (local.get $index) (local.get $wanted))
            (then
              (if (call $trim)
                (then
                  (local.set $seen (i32.const 1))
                  (local.set $value (call $millionths (local.get $rows)))
                  (if (i32.or (i64.eqz (local.get $count)) (i64.lt_s (local.get $value) (local.get $min)))
                    (then (local.set $min (local.get $value))))
                  (if (i32.or (i64.eqz (local.get $count)) (i64.gt_s (local.get $value) (local.get $max)))
                    (then (local.set $max (local.get $value))))
                  (local.set $count (i64.add (local.get $count) (i64.const 1)))
                  ;; Sums of one sign may run over: then the sign of the sum is another.
                  (if (i64.lt_s
                        (i64.and
                          (i64.xor (local.get $sum) (i64.add (local.get $sum) (local.get $value)))
                          (i64.xor (local.get $value) (i64.add (local.get $sum) (local.get $value))))
                        (i64.const 0))
                    (then (call $failInRow (i32.const 320) (i32.const 27) (local.get $rows))))
                  (local.set $sum (i64.add (local.get $sum) (local.get $value)))))))
          (local.set $index (i32.add (local.get $index) (i32.const 1)))
          (br_if $cell (i32.eqz (local.get $ended))))
        (if (i32.eqz (local.get $seen)) (then (local.set $empty (i64.add (local.get $empty) (i64.const 1)))))
        (br $row)))
    ;; result
    (local.set $start (call $alloc (i32.const 256)))
    (global.set $out (local.get $start))
    (call $putText (i32.const 416) (i32.const 8))
    (call $putNumber (local.get $rows))
    (call $putText (i32.const 432) (i32.const 9))
    (call $putNumber (local.get $count))
    (call $putText (i32.const 448) (i32.const 9))
    (call $putNumber (local.get $empty))
    (if (i64.ne (local.get $count) (i64.const 0))
      (then
        (call $putText (i32.const 464) (i32.const 7))
        (call $putDecimal (local.get $min))
        (call $putText (i32.const 480) (i32.const 7))
        (call $putDecimal (local.get $max))
        (call $putText (i32.const 496) (i32.const 7))
        (call $putDecimal (local.get $sum))
        (call $putText (i32.const 512) (i32.const 8))
        (call $putDecimal (call $mean (local.get $sum) (local.get $count)))))
    (call $put (i32.const 125))
    (i64.or
      (i64.shl (i64.extend_i32_u (local.get $start)) (i64.const 32))
      (i64.extend_i32_u (i32.sub (global.get $out) (local.get $start))))))
