"""The ledger: a Merkle tree over the stored events, signed checkpoints of it, and proofs that anybody can check."""

from adapters.ledger.log import Ledger, LedgerBroken

__all__ = ["Ledger", "LedgerBroken"]
