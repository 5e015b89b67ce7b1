//! The program; everything is in the library.

fn main() -> std::process::ExitCode {
    evictlab::cli::main(std::env::args_os())
}
