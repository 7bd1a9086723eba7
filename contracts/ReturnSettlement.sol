// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {ReturnBase} from "./base/ReturnBase.sol";
import {IHistory, NO_REQUEST} from "./interfaces/IHistory.sol";
import {IParticipantRegistry} from "./interfaces/IParticipantRegistry.sol";
import {IPolicyBook} from "./interfaces/IPolicyBook.sol";
import "./interfaces/IReturnLedger.sol";
import {Authorisation} from "./interfaces/ISignedRequests.sol";

/// @notice The part of `ReturnLedger` about money, outcome and silence.
/// @dev `ReturnLedger` runs this code on its own storage. Called directly it finds no return, and records nothing.
contract ReturnSettlement is ReturnBase {
    // Registry and policies are contracts of ours that call nobody back.
    // slither-disable-start reentrancy-no-eth,reentrancy-benign

    bytes32 private constant RELEASE_TYPEHASH = keccak256(
        "ReleaseRefund(bytes32 returnId,uint48 amountMinor,uint48 goodwillMinor,bytes32 payment,uint64 paidAt,uint256 nonce,uint64 deadline)"
    );
    bytes32 private constant CONFIRM_TYPEHASH = keccak256(
        "ConfirmOutcome(bytes32 returnId,bool arrived,bytes32 evidence,uint256 nonce,uint64 deadline)"
    );
    bytes32 private constant PROVE_TYPEHASH =
        keccak256("ProveOutcome(bytes32 returnId,bytes32 evidence,uint256 nonce,uint64 deadline)");

    /* CONSTRUCTOR */

    constructor(IParticipantRegistry registry, IPolicyBook policies, IHistory parcelLedger)
        EIP712("ReturnLedger", "1")
        ReturnBase(registry, policies, parcelLedger)
    {}

    /* MONEY */

    function releaseRefund(ReleaseRefund calldata request, Authorisation calldata authorisation) external {
        (Rma storage rma, bytes32 digest) =
            _asSeller(request.returnId, abi.encode(RELEASE_TYPEHASH, request), authorisation);
        _requireStatus(request.returnId, rma, ReturnStatus.APPROVED);
        uint40 start = _startOf(request.paidAt);
        uint256 given = uint256(request.amountMinor) + request.goodwillMinor;
        if (given == 0) revert RefundZero(request.returnId);
        Sale storage sale = _sales[rma.receipt];
        uint256 available = sale.paidMinor - sale.refundedMinor;
        if (given > available) revert RefundTooLarge(request.returnId, given, available);

        uint256 dueMinor = _breakdown(request.returnId, rma, _feesOf(rma)).dueMinor;
        // Money in advance, or instead of a replacement, starts no clock, and a part of what is due does not put off the
        // rest.
        bool settles = dueMinor != 0 && (request.amountMinor >= dueMinor || given == available);
        if (settles && _isPaymentAwaited(request.returnId, rma)) rma.since = start;
        if (settles && rma.flags & (SILENT | RECORDED) != 0) _settle(request.returnId, rma, sale);
        sale.refundedMinor += uint56(given);
        rma.refundedMinor += request.amountMinor;
        _record(
            RefundReleased.selector,
            request.returnId,
            digest,
            abi.encode(
                uint64(block.timestamp),
                request.amountMinor,
                request.goodwillMinor,
                request.payment,
                request.paidAt,
                dueMinor,
                available
            )
        );
    }

    /// @dev Whether, while money is due, the seller's payment is waited for, or the buyer's word after a default: what
    /// `Deadlines` says once all goods are decided about, without its cost.
    function _isPaymentAwaited(bytes32 returnId, Rma storage rma) private view returns (bool) {
        uint16 flags = rma.flags;
        if (rma.status != ReturnStatus.APPROVED || flags & (CONTESTED | DEFAULTED) == CONTESTED) return false;
        bool inMoney = rma.resolution == Resolution.REFUND || rma.resolution == Resolution.STORE_CREDIT;
        if (!inMoney && flags & REPLACED == 0) return false;
        bool toGiveBack;
        uint256 lines = _sales[rma.receipt].lines;
        for (uint256 i = 0; i < lines; ++i) {
            RmaLine storage line = _rmaLines[returnId][i];
            if (line.marks & HELD != 0) continue;
            uint256 rejected = line.rejected;
            if (line.expected != line.accepted + rejected) return false;
            if (rejected != 0) toGiveBack = flags & GIVEN_BACK == 0;
        }
        return !toGiveBack || (inMoney && flags & DEFAULTED == 0);
    }

    /// @dev The caller is the escrow, as the ledger has checked.
    function releaseFromEscrow(bytes32 returnId, uint48 amountMinor, bytes32 request) external {
        Rma storage rma = _existing(returnId);
        Sale storage sale = _sales[rma.receipt];
        uint256 available = sale.paidMinor - sale.refundedMinor;
        uint256 dueMinor = _breakdown(returnId, rma, _feesOf(rma)).dueMinor;
        if (amountMinor > dueMinor) revert RefundTooLarge(returnId, amountMinor, dueMinor);

        sale.refundedMinor += amountMinor;
        rma.refundedMinor += amountMinor;
        _extras[returnId].escrowedMinor += amountMinor;
        if (amountMinor == dueMinor) {
            if (_isPaymentAwaited(returnId, rma)) rma.since = uint40(block.timestamp);
            _settle(returnId, rma, sale);
        }
        _record(
            RefundReleased.selector,
            returnId,
            request,
            abi.encode(
                uint64(block.timestamp),
                amountMinor,
                uint48(0),
                bytes32(uint256(uint160(msg.sender))),
                uint64(block.timestamp),
                dueMinor,
                available
            )
        );
    }

    /* OUTCOME */

    function confirmOutcome(ConfirmOutcome calldata request, Authorisation calldata authorisation) external {
        (Rma storage rma, bytes32 digest) =
            _asBuyer(request.returnId, abi.encode(CONFIRM_TYPEHASH, request), authorisation);
        Act awaited = _turnOf(request.returnId, rma).act;
        bool again = !request.arrived && rma.flags & (CONTESTED | PROVED) != 0;
        if (rma.status != ReturnStatus.APPROVED || awaited != Act.CONFIRM || again) {
            revert OutcomeNotAwaited(request.returnId, awaited);
        }

        if (request.arrived) {
            _requireWindowOver(request.returnId, rma);
            if (rma.flags & RECORDED != 0) _settle(request.returnId, rma, _sales[rma.receipt]);
            rma.status = ReturnStatus.CLOSED;
        } else {
            rma.flags |= CONTESTED;
        }
        rma.since = uint40(block.timestamp);
        _record(
            OutcomeConfirmed.selector,
            request.returnId,
            digest,
            abi.encode(uint64(block.timestamp), request.arrived, request.evidence)
        );
    }

    function proveOutcome(ProveOutcome calldata request, Authorisation calldata authorisation) external {
        (Rma storage rma, bytes32 digest) =
            _asSeller(request.returnId, abi.encode(PROVE_TYPEHASH, request), authorisation);
        _requireStatus(request.returnId, rma, ReturnStatus.APPROVED);
        Act awaited = _turnOf(request.returnId, rma).act;
        if (awaited != Act.PROVE) revert OutcomeNotAwaited(request.returnId, awaited);

        rma.flags = (rma.flags & ~CONTESTED) | PROVED;
        rma.since = uint40(block.timestamp);
        _record(
            OutcomeProved.selector,
            request.returnId,
            digest,
            abi.encode(uint64(block.timestamp), request.evidence)
        );
    }

    /* SILENCE */

    function enforce(bytes32 returnId) external {
        Rma storage rma = _existing(returnId);
        Turn memory turn = _turnOf(returnId, rma);
        if (turn.consequence == Consequence.NONE) revert EnforceNothing(returnId);
        if (block.timestamp < turn.enforceableAt) {
            revert EnforceTooEarly(returnId, turn.enforceableAt, block.timestamp);
        }
        uint256 owedMinor;
        if (turn.consequence == Consequence.DEFAULTED) owedMinor = _defaulted(returnId, rma);
        AcceptedLine[] memory accepted = _do(returnId, rma, turn.act, turn.consequence);
        _record(
            SilenceEnforced.selector,
            returnId,
            NO_REQUEST,
            abi.encode(
                uint64(block.timestamp),
                turn.act,
                turn.consequence,
                owedMinor,
                accepted,
                rma.flags & COMPLETES != 0
            )
        );
    }

    /// @dev A payment that the buyer contested and the seller did not prove counts as not made, but for what the escrow paid.
    function _owed(bytes32 returnId, Rma storage rma) private view returns (uint256) {
        uint256 dueMinor = _breakdown(returnId, rma, _feesOf(rma)).dueMinor;
        if (rma.flags & CONTESTED == 0) return dueMinor;
        return dueMinor + rma.refundedMinor - _extras[returnId].escrowedMinor;
    }

    /// @dev A debt that was ruled or agreed stands in the seller's public record too.
    function _defaulted(bytes32 returnId, Rma storage rma) private returns (uint256 owedMinor) {
        owedMinor = _owed(returnId, rma);
        if (rma.flags & RULED == 0 || owedMinor == 0) return owedMinor;
        Sale storage sale = _sales[rma.receipt];
        bytes3 currency = _policies.currencyOf(_policyOf(sale), sale.policyVersion);
        rma.flags |= RECORDED;
        _registry.recordDefault(sale.seller, returnId, currency, owedMinor);
    }

    function _do(bytes32 returnId, Rma storage rma, Act act, Consequence consequence)
        private
        returns (AcceptedLine[] memory accepted)
    {
        rma.since = uint40(block.timestamp);
        if (consequence == Consequence.APPROVED) {
            rma.status = ReturnStatus.APPROVED;
        } else if (consequence == Consequence.DECLINED) {
            _lapse(returnId, rma, ReturnStatus.DECLINED);
        } else if (consequence == Consequence.EXPIRED) {
            _lapse(returnId, rma, ReturnStatus.EXPIRED);
        } else if (consequence == Consequence.ACCEPTED) {
            rma.flags |= SILENT;
            if (act == Act.GIVE_BACK) _unreject(returnId, rma);
            if (act == Act.INSPECT) accepted = _acceptReceived(returnId, rma);
            else accepted = _acceptExpected(returnId, rma);
        } else if (consequence == Consequence.SHORT) {
            _shorten(returnId, rma);
        } else if (consequence == Consequence.DEFAULTED) {
            rma.flags |= DEFAULTED | SILENT;
        } else if (consequence == Consequence.REFUND_INSTEAD) {
            rma.flags |= SILENT;
            rma.resolution = Resolution.REFUND;
        } else {
            rma.status = ReturnStatus.CLOSED;
        }
    }

    /// @dev Who keeps the goods that he rejected has accepted them.
    function _unreject(bytes32 returnId, Rma storage rma) private {
        uint256 lines = _sales[rma.receipt].lines;
        for (uint256 i = 0; i < lines; ++i) {
            RmaLine storage line = _rmaLines[returnId][i];
            if (line.marks & HELD == 0) line.rejected = 0;
        }
    }

    /// @dev The pieces that arrived and were not decided about; those still on their way are waited for.
    function _acceptReceived(bytes32 returnId, Rma storage rma) private returns (AcceptedLine[] memory accepted) {
        uint256 lines = _sales[rma.receipt].lines;
        accepted = new AcceptedLine[](lines);
        uint256 count;
        for (uint256 i = 0; i < lines; ++i) {
            RmaLine storage line = _rmaLines[returnId][i];
            uint256 pieces = line.received - line.accepted - line.rejected;
            if (pieces == 0 || line.marks & HELD != 0) continue;
            accepted[count] = _accept(returnId, rma, uint8(i), pieces, 0);
            ++count;
        }
        _cut(accepted, count);
    }
    // slither-disable-end reentrancy-no-eth,reentrancy-benign
}
