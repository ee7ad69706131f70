/// A delivery that cannot be read because its body, or its event header, is not what the sender sends.
///
/// Reading it once more gives the same.
package protocol SenderFault: Error {}
