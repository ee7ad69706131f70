/// Which sudden ends a commit outlives from the moment when it returns.
package enum Durability: Sendable {
    /// It is written, and on the disk with the next commit of ``disk``, or within
    /// ``StateStore/longestUnsynced``: it outlives the end of the program, and from then on that of the machine.
    ///
    /// For what is decided again from what is on the disk already.
    case program
    /// It is on the disk, with all that was committed before it: it outlives the end of the machine.
    case disk
}
