// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {ReturnBase} from "./base/ReturnBase.sol";
import {IHistory, NO_REQUEST} from "./interfaces/IHistory.sol";
import {IParticipantRegistry} from "./interfaces/IParticipantRegistry.sol";
import {IPolicyBook} from "./interfaces/IPolicyBook.sol";
import "./interfaces/IReturnLedger.sol";
import {Authorisation} from "./interfaces/ISignedRequests.sol";
import {ReturnHash} from "./libraries/ReturnHash.sol";

/// @notice The part of `ReturnLedger` from the goods' arrival to the close.
/// @dev `ReturnLedger` runs this code on its own storage. Called directly it finds no return, and records nothing.
contract ReturnSettlement is ReturnBase {
    bytes32 private constant RECEIVE_TYPEHASH = keccak256(
        "ReceiveGoods(bytes32 returnId,uint32 participant,uint64 receivedAt,bool complete,uint24 extra,uint24 wrong,bytes32 evidence,ReceivedLine[] lines,uint256 nonce,uint64 deadline)ReceivedLine(uint8 line,uint24 quantity)"
    );
    bytes32 private constant INSPECT_TYPEHASH = keccak256(
        "InspectGoods(bytes32 returnId,uint32 participant,bytes32 evidence,InspectedLine[] lines,uint256 nonce,uint64 deadline)InspectedLine(uint8 line,uint24 accepted,uint24 rejected,uint16 diminishedBasisPoints,uint8 grade,uint8 disposition)"
    );
    bytes32 private constant RELEASE_TYPEHASH = keccak256(
        "ReleaseRefund(bytes32 returnId,uint48 amountMinor,uint48 goodwillMinor,bytes32 payment,uint64 paidAt,uint256 nonce,uint64 deadline)"
    );
    bytes32 private constant CONFIRM_TYPEHASH = keccak256(
        "ConfirmOutcome(bytes32 returnId,bool arrived,bytes32 evidence,uint256 nonce,uint64 deadline)"
    );
    bytes32 private constant PROVE_TYPEHASH =
        keccak256("ProveOutcome(bytes32 returnId,bytes32 evidence,uint256 nonce,uint64 deadline)");
    bytes32 private constant CLOSE_TYPEHASH = keccak256("CloseReturn(bytes32 returnId,uint256 nonce,uint64 deadline)");

    uint256 private constant BASIS_POINTS = 10_000;

    /* CONSTRUCTOR */

    constructor(IParticipantRegistry registry, IPolicyBook policies, IHistory parcelLedger)
        EIP712("ReturnLedger", "1")
        ReturnBase(registry, policies, parcelLedger)
    {}

    /* RECEPTION */

    function receiveGoods(ReceiveGoods calldata request, Authorisation calldata authorisation) external {
        (Rma storage rma, bytes32 digest) =
            _asInspector(request.returnId, request.participant, _receiveFields(request), authorisation);
        _requireStatus(request.returnId, rma, ReturnStatus.APPROVED);
        if (request.lines.length > LINE_LIMIT || (request.lines.length == 0 && !request.complete)) {
            revert LineListInvalid(request.lines.length, LINE_LIMIT);
        }
        for (uint256 i = 0; i < request.lines.length; ++i) {
            ReceivedLine calldata given = request.lines[i];
            RmaLine storage line = _rmaLines[request.returnId][given.line];
            if (given.quantity == 0) revert QuantityZero(given.line);
            uint256 awaited = line.expected - line.received;
            if (given.quantity > awaited) revert QuantityTooLarge(given.line, given.quantity, awaited);
            line.received += given.quantity;
        }
        rma.flags |= RECEIVED;
        uint40 start = _startOf(request.receivedAt);
        bool changed = request.complete && _shorten(request.returnId, rma);
        // A word that changes nothing starts no clock, or the inspection could be put off for ever.
        if (changed || request.lines.length != 0) rma.since = start;

        _record(
            GoodsReceived.selector,
            request.returnId,
            digest,
            abi.encode(
                uint64(block.timestamp),
                request.participant,
                request.receivedAt,
                request.complete,
                request.extra,
                request.wrong,
                request.evidence,
                request.lines,
                _parcelHeads(request.returnId)
            )
        );
    }

    function _receiveFields(ReceiveGoods calldata request) private pure returns (bytes memory) {
        return abi.encode(
            RECEIVE_TYPEHASH,
            request.returnId,
            request.participant,
            request.receivedAt,
            request.complete,
            request.extra,
            request.wrong,
            request.evidence,
            ReturnHash.ofReceived(request.lines)
        );
    }

    function _parcelHeads(bytes32 returnId) private view returns (bytes32[] memory heads) {
        bytes32[] storage parcels = _parcels[returnId];
        heads = new bytes32[](parcels.length);
        for (uint256 i = 0; i < heads.length; ++i) {
            // At most PARCEL_LIMIT, of a contract of ours.
            // slither-disable-next-line calls-loop
            heads[i] = _parcelLedger.head(parcels[i]);
        }
    }

    /* INSPECTION */

    function inspectGoods(InspectGoods calldata request, Authorisation calldata authorisation) external {
        bytes memory fields = abi.encode(
            INSPECT_TYPEHASH,
            request.returnId,
            request.participant,
            request.evidence,
            ReturnHash.ofInspected(request.lines)
        );
        (Rma storage rma, bytes32 digest) =
            _asInspector(request.returnId, request.participant, fields, authorisation);
        _requireStatus(request.returnId, rma, ReturnStatus.APPROVED);
        AcceptedLine[] memory accepted = _decide(request, rma);
        rma.since = uint40(block.timestamp);
        _record(
            GoodsInspected.selector,
            request.returnId,
            digest,
            abi.encode(
                uint64(block.timestamp),
                request.participant,
                request.evidence,
                request.lines,
                accepted,
                rma.flags & COMPLETES != 0
            )
        );
    }

    function _decide(InspectGoods calldata request, Rma storage rma) private returns (AcceptedLine[] memory accepted) {
        _checkLineCount(request.lines.length);
        accepted = new AcceptedLine[](request.lines.length);
        uint256 count;
        for (uint256 i = 0; i < request.lines.length; ++i) {
            InspectedLine calldata found = request.lines[i];
            RmaLine storage line = _rmaLines[request.returnId][found.line];
            uint256 given = uint256(found.accepted) + found.rejected;
            if (given == 0) revert QuantityZero(found.line);
            uint256 waiting = line.received - line.accepted - line.rejected;
            if (given > waiting) revert QuantityTooLarge(found.line, given, waiting);
            if (found.diminishedBasisPoints > BASIS_POINTS) {
                revert DiminishedTooLarge(found.line, found.diminishedBasisPoints, BASIS_POINTS);
            }
            line.rejected += found.rejected;
            if (found.accepted == 0) continue;
            accepted[count] =
                _accept(request.returnId, rma, found.line, found.accepted, found.diminishedBasisPoints);
            ++count;
        }
        _cut(accepted, count);
    }

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

        uint256 dueMinor = _breakdown(request.returnId, rma, _termsOf(rma)).dueMinor;
        sale.refundedMinor += uint56(given);
        rma.refundedMinor += request.amountMinor;
        // Money in advance starts no clock of goods.
        if (dueMinor != 0) rma.since = start;
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
                dueMinor
            )
        );
    }

    /* OUTCOME */

    function confirmOutcome(ConfirmOutcome calldata request, Authorisation calldata authorisation) external {
        (Rma storage rma, bytes32 digest) =
            _asBuyer(request.returnId, abi.encode(CONFIRM_TYPEHASH, request), authorisation);
        Act awaited = _turnOf(request.returnId, rma).act;
        bool again = !request.arrived && rma.flags & PROVED != 0;
        if (rma.status != ReturnStatus.APPROVED || awaited != Act.CONFIRM || again) {
            revert OutcomeNotAwaited(request.returnId, awaited);
        }

        if (request.arrived) rma.status = ReturnStatus.CLOSED;
        else rma.flags |= CONTESTED;
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
        if (rma.flags & CONTESTED == 0) revert OutcomeNotAwaited(request.returnId, Act.CONFIRM);

        rma.flags = (rma.flags & ~CONTESTED) | PROVED;
        rma.since = uint40(block.timestamp);
        _record(
            OutcomeProved.selector,
            request.returnId,
            digest,
            abi.encode(uint64(block.timestamp), request.evidence)
        );
    }

    function closeReturn(CloseReturn calldata request, Authorisation calldata authorisation) external {
        (Rma storage rma, bytes32 digest) =
            _asBuyer(request.returnId, abi.encode(CLOSE_TYPEHASH, request), authorisation);
        if (rma.status == ReturnStatus.CLOSED) {
            revert ReturnWrongStatus(request.returnId, rma.status, ReturnStatus.APPROVED);
        }

        rma.status = ReturnStatus.CLOSED;
        _record(ReturnClosed.selector, request.returnId, digest, abi.encode(uint64(block.timestamp)));
    }

    /* SILENCE */

    function enforce(bytes32 returnId) external {
        Rma storage rma = _existing(returnId);
        Turn memory turn = _turnOf(returnId, rma);
        if (turn.act == Act.NONE) revert EnforceNothing(returnId);
        if (block.timestamp < turn.enforceableAt) {
            revert EnforceTooEarly(returnId, turn.enforceableAt, block.timestamp);
        }
        uint256 owedMinor;
        if (turn.consequence == Consequence.DEFAULTED) owedMinor = _owed(returnId, rma);
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

    /// @dev A payment that the buyer contested and the seller did not prove counts as not made.
    function _owed(bytes32 returnId, Rma storage rma) private view returns (uint256) {
        uint256 dueMinor = _breakdown(returnId, rma, _termsOf(rma)).dueMinor;
        return rma.flags & CONTESTED != 0 ? dueMinor + rma.refundedMinor : dueMinor;
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
            if (act == Act.GIVE_BACK) _unreject(returnId, rma);
            if (act == Act.INSPECT) accepted = _acceptReceived(returnId, rma);
            else accepted = _acceptExpected(returnId, rma);
        } else if (consequence == Consequence.SHORT) {
            _shorten(returnId, rma);
        } else if (consequence == Consequence.DEFAULTED) {
            rma.flags |= DEFAULTED;
        } else if (consequence == Consequence.REFUND_INSTEAD) {
            rma.resolution = Resolution.REFUND;
        } else {
            rma.status = ReturnStatus.CLOSED;
        }
    }

    /// @dev Who keeps the goods that he rejected has accepted them.
    function _unreject(bytes32 returnId, Rma storage rma) private {
        uint256 lines = _sales[rma.receipt].lines;
        for (uint256 i = 0; i < lines; ++i) _rmaLines[returnId][i].rejected = 0;
    }

    /// @dev The pieces that arrived and were not decided about; those still on their way are waited for.
    function _acceptReceived(bytes32 returnId, Rma storage rma) private returns (AcceptedLine[] memory accepted) {
        uint256 lines = _sales[rma.receipt].lines;
        accepted = new AcceptedLine[](lines);
        uint256 count;
        for (uint256 i = 0; i < lines; ++i) {
            RmaLine storage line = _rmaLines[returnId][i];
            uint256 pieces = line.received - line.accepted - line.rejected;
            if (pieces == 0) continue;
            accepted[count] = _accept(returnId, rma, uint8(i), pieces, 0);
            ++count;
        }
        _cut(accepted, count);
    }
}
