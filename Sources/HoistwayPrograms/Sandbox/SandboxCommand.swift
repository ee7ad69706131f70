import FoundationEssentials
import Glibc
import HoistwayPorts

/// How to start a run: the command's arguments, and the path of its folder inside.
struct SandboxCommand {
    /// Folders of the system that a program needs, without data of users.
    static let systemFolders = ["/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"]
    /// The path of the program's folder in a sandbox.
    static let inside = "/sandbox"

    enum Tool: Sendable, Equatable {
        /// `disablesNamespaces`: since bubblewrap 0.8 the program can be prevented from making namespaces.
        case bubblewrap(path: String, disablesNamespaces: Bool)
        case unshare(path: String)
        case none
    }

    var tool: Tool

    /// The path inside for a folder with this real path.
    func root(_ real: String) -> String { tool == .none ? real : Self.inside }

    /// The whole environment of a program: it gets no variable of ours.
    static func environment(root: String, workingFolder: String) -> [String: String] {
        let home = "\(root)/home"
        return [
            "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            "HOME": home, "LANG": "C.UTF-8", "TMPDIR": "\(root)/tmp", "PWD": workingFolder,
            "XDG_CONFIG_HOME": "\(home)/.config", "XDG_CACHE_HOME": "\(home)/.cache",
            "XDG_DATA_HOME": "\(home)/.local/share",
            "HELM_CONFIG_HOME": "\(home)/helm/config", "HELM_CACHE_HOME": "\(home)/helm/cache",
            "HELM_DATA_HOME": "\(home)/helm/data", "HELM_PLUGINS": "\(home)/helm/plugins",
        ]
    }

    /// - Parameters:
    ///   - folder: that of the run; it has `root` and `mount`.
    ///   - start: the folder where the program starts, as a path inside.
    func arguments(
        _ program: ProgramLocation,
        _ arguments: [String],
        companions: [ProgramLocation],
        folder: String,
        start: String
    ) -> [String] {
        let programs = ([program] + companions).map(\.path).filter { !Self.isInSystem($0) }
        switch tool {
        case .none: return [program.path] + arguments
        case .bubblewrap(let path, let disablesNamespaces):
            return [path] + Self.bubblewrap(programs, folder, start, disablesNamespaces: disablesNamespaces)
                + ["--", program.path] + arguments
        case .unshare(let path):
            return [
                path, "--user", "--map-root-user", "--mount", "--pid", "--fork", "--kill-child", "--net", "--ipc",
                "--uts", "--", "/bin/sh", "-c", Self.script, "sh", "\(folder)/mount", "\(folder)/root", start,
                "\(programs.count)",
            ] + programs + [program.path] + arguments
        }
    }

    private static func isInSystem(_ path: String) -> Bool { systemFolders.contains { path.hasPrefix("\($0)/") } }

    private static func bubblewrap(
        _ programs: [String],
        _ folder: String,
        _ start: String,
        disablesNamespaces: Bool
    ) -> [String] {
        var words = [
            "--unshare-user", "--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts",
            "--unshare-cgroup-try", "--die-with-parent", "--new-session", "--cap-drop", "ALL",
            "--uid", "1000", "--gid", "1000", "--hostname", "sandbox",
        ]
        if disablesNamespaces { words.append("--disable-userns") }
        for path in systemFolders {
            if let target = try? FileManager.default.destinationOfSymbolicLink(atPath: path) {
                words += ["--symlink", target, path]
            } else {
                words += ["--ro-bind-try", path, path]
            }
        }
        for path in ["/etc/ld.so.cache", "/etc/alternatives", "/nix/store", "/gnu/store"] {
            words += ["--ro-bind-try", path, path]
        }
        words += ["--proc", "/proc", "--dev", "/dev"]
        for path in programs { words += ["--ro-bind", path, path] }
        words += ["--bind", "\(folder)/root", inside, "--chdir", start]
        // Otherwise files there could fill the memory.
        words += ["--remount-ro", "/dev", "--remount-ro", "/"]
        return words
    }

    /// The same as bubblewrap, with the programs of util-linux, inside namespaces that `unshare` has made.
    private static let script = #"""
        set -e
        new=$1 root=$2 start=$3 count=$4
        shift 4
        mount -t tmpfs -o mode=755,size=1m sandbox "$new"
        cd "$new"
        mkdir proc dev sandbox old
        for path in /usr /bin /sbin /lib /lib32 /lib64 /libx32; do
            if [ -L "$path" ]; then
                ln -s "$(readlink "$path")" "$new$path"
            elif [ -d "$path" ]; then
                mkdir "$new$path"
                mount --rbind "$path" "$new$path"
                mount -o remount,bind,ro "$new$path"
            fi
        done
        bind() {
            mkdir -p "$new${1%/*}"
            : >"$new$1"
            mount --bind "$1" "$new$1"
            mount -o remount,bind,ro "$new$1"
        }
        [ ! -f /etc/ld.so.cache ] || bind /etc/ld.so.cache
        if [ -d /etc/alternatives ]; then
            mkdir -p "$new/etc/alternatives"
            mount --bind /etc/alternatives "$new/etc/alternatives"
            mount -o remount,bind,ro "$new/etc/alternatives"
        fi
        while [ "$count" -gt 0 ]; do
            bind "$1"
            shift
            count=$((count - 1))
        done
        for name in null zero full random urandom; do
            : >"dev/$name"
            mount --bind "/dev/$name" "dev/$name"
        done
        mount -t proc proc proc
        # The program makes no namespace of its own, in which it would be root again.
        echo 0 2>/dev/null >proc/sys/user/max_user_namespaces || :
        mount --bind "$root" sandbox
        pivot_root . old
        cd /
        umount -l /old
        rmdir /old
        mount -o remount,ro /
        cd "$start"
        # What this shell says of the program's end is left out.
        exec 3>&2 2>/dev/null
        # The first process of a namespace does not die by its own signals: it must not be the program itself.
        set +e
        /bin/sh -c 'exec setpriv --no-new-privs --inh-caps=-all --bounding-set=-all -- "$@" 2>&3 3>&-' sh "$@"
        exit
        """#
}
