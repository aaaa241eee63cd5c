# Stands between bubblewrap and the program of a process that may reach single hosts: listens on 127.0.0.1 in its network
# namespace, where nothing else is, carries bytes to the Unix socket of this process's proxy, and becomes the program.
#
# The relay makes Unix sockets and the program must not: so the relay is split off first, and then a second filter of system
# calls, the program's, is laid over the first one. Nobody trusts the relay: the proxy judges what comes out of it.
#
# The environment of the program comes under names with a prefix, so that none of it means anything before the program runs.
# No modules: what is here is the language, and starts in a few milliseconds.
use strict;

my ($port, $door, $seccomp, $prctl, @program) = @ARGV;
my ($prefix, $most, $ahead) = ('AGENTOS_ENV_', 256, 65536);   # 11: EAGAIN, on all processors that there is a filter for
my $filter = pack 'H*', delete $ENV{AGENTOS_FILTER};
my %given = map { substr($_, length $prefix) => $ENV{$_} } grep { index($_, $prefix) == 0 } keys %ENV;
$given{$_} = $ENV{$_} for grep { exists $ENV{$_} } qw(PWD AGENTOS_RUN);

socket(my $listener, 2, 1, 0) or die "no socket: $!";
setsockopt $listener, 1, 2, 1;
bind($listener, pack 'S n C4 x8', 2, $port, 127, 0, 0, 1) && listen($listener, 1024) or die "no port $port: $!";

# Twice, so that it is no child of the program.
my $child = fork;
defined $child or die "no relay: $!";
if (!$child) {
    my $relay = fork;
    exit !defined $relay if !defined $relay || $relay;
    carry();
    exit;
}
waitpid $child, 0;
$? == 0 or die 'no relay';
close $listener;

my $program = pack 'S x6 P', length($filter) / 8, $filter;
length $filter && syscall($seccomp + 0, 1, 0, $program) == 0 or die "no filter: $!";
%ENV = %given;
exec {$program[0]} @program;
die "cannot execute $program[0]: $!";

sub carry {
    setpgrp;
    syscall $prctl + 0, 4, 0, 0, 0, 0;    # what it has in memory is not the program's to look at
    open STDIN, '<', '/dev/null';
    open STDOUT, '>', '/dev/null';
    open STDERR, '>', '/dev/null';
    $SIG{$_} = 'IGNORE' for qw(PIPE HUP INT TERM);
    my $there = pack 'S Z*', 1, $door;
    my (%end, %peer, %out, %over);        # by descriptor: its handle, the other end's, what is to be written, nothing more comes
    calm($listener);
    for (;;) {
        my ($read, $write) = ('', '');
        vec($read, fileno $listener, 1) = 1 if keys %end < 2 * $most;
        for my $fd (keys %end) {
            vec($read, $fd, 1) = 1 if !$over{$fd} && length $out{$peer{$fd}} < $ahead;
            vec($write, $fd, 1) = 1 if length $out{$fd};
        }
        select $read, $write, undef, undef;
        my ($in, $up);
        if (vec($read, fileno $listener, 1) && accept($in, $listener) && socket($up, 1, 1, 0) && connect($up, $there)) {
            calm($in);
            calm($up);
            my ($one, $two) = (fileno $in, fileno $up);
            ($end{$one}, $end{$two}, $peer{$one}, $peer{$two}) = ($in, $up, $two, $one);
            @out{$one, $two} = ('', '');
        }
        for my $fd (keys %end) {
            my $other = $peer{$fd};
            if (vec($read, $fd, 1)) {
                my $count = sysread $end{$fd}, $out{$other}, $ahead, length $out{$other};
                $over{$fd} = 1 if defined $count ? !$count : $! != 11;
            }
            if (vec($write, $fd, 1)) {
                my $count = syswrite $end{$fd}, $out{$fd};
                substr($out{$fd}, 0, $count) = '' if defined $count;
                ($out{$fd}, $over{$fd}, $over{$other}) = ('', 1, 1) if !defined $count && $! != 11;
            }
        }
        for my $fd (keys %end) {
            my $other = $peer{$fd};
            next if !defined $other || !$over{$other} || length $out{$fd};
            shutdown $end{$fd}, 1;
            if ($over{$fd} && !length $out{$other}) {
                close delete $end{$_} for $fd, $other;
                delete @$_{$fd, $other} for \%peer, \%out, \%over;
            }
        }
    }
}

sub calm {
    fcntl $_[0], 4, 2048;                 # F_SETFL, O_NONBLOCK
}
