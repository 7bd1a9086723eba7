// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {ReturnBase} from "./base/ReturnBase.sol";
import {IHistory} from "./interfaces/IHistory.sol";
import {IParticipantRegistry, ROLE_SELLER} from "./interfaces/IParticipantRegistry.sol";
import {IPolicyBook} from "./interfaces/IPolicyBook.sol";
import "./interfaces/IReturnLedger.sol";
import {Authorisation} from "./interfaces/ISignedRequests.sol";
import {ReturnHash} from "./libraries/ReturnHash.sol";

/// @notice The part of `ReturnLedger` about goods: delivery to the buyer, reception, inspection.
/// @dev `ReturnLedger` runs this code on its own storage. Called directly it finds no return, and records nothing.
contract ReturnGoods is ReturnBase {
    bytes32 private constant STATE_DELIVERY_TYPEHASH = keccak256(
        "StateDelivery(bytes32 receipt,uint32 participant,uint64 deliveredAt,bytes32 parcel,uint256 nonce,uint64 deadline)"
    );
    bytes32 private constant INSPECT_TYPEHASH = keccak256(
        "InspectGoods(bytes32 returnId,uint32 participant,bytes32 evidence,InspectedLine[] lines,uint256 nonce,uint64 deadline)InspectedLine(uint8 line,uint24 accepted,uint24 rejected,uint16 diminishedBasisPoints,uint8 grade,uint8 disposition)"
    );
    bytes32 private constant RECEIVE_TYPEHASH = keccak256(
        "ReceiveGoods(bytes32 returnId,uint32 participant,uint64 receivedAt,bool complete,uint24 extra,uint24 wrong,bytes32 evidence,ReceivedLine[] lines,uint256 nonce,uint64 deadline)ReceivedLine(uint8 line,uint24 quantity)"
    );

    uint256 private constant BASIS_POINTS = 10_000;

    /* CONSTRUCTOR */

    constructor(IParticipantRegistry registry, IPolicyBook policies, IHistory parcelLedger)
        EIP712("ReturnLedger", "1")
        ReturnBase(registry, policies, parcelLedger)
    {}

    /* DELIVERY */

    function stateDelivery(StateDelivery calldata request, Authorisation calldata authorisation) external {
        bytes32 digest = _digestOf(abi.encode(STATE_DELIVERY_TYPEHASH, request), authorisation.nonce, authorisation.deadline);
        _authorise(digest, authorisation);
        Sale storage sale = _claimed(request.receipt);
        if (request.participant == 0) {
            if (sale.buyer != authorisation.actor) revert ReceiptNotParty(request.receipt, authorisation.actor);
        } else {
            if (request.participant != sale.seller) revert ReceiptNotParty(request.receipt, authorisation.actor);
            _registry.requireRole(authorisation.actor, request.participant, ROLE_SELLER);
        }
        _noteDelivery(sale, request.deliveredAt);
        _record(
            DeliveryStated.selector,
            request.receipt,
            digest,
            abi.encode(uint64(block.timestamp), request.participant, request.deliveredAt, request.parcel)
        );
    }

    /* RECEPTION */

    function receiveGoods(ReceiveGoods calldata request, Authorisation calldata authorisation) external {
        (Rma storage rma, bytes32 digest) =
            _asInspector(request.returnId, request.participant, _receiveFields(request), authorisation);
        _requireStatus(request.returnId, rma, ReturnStatus.APPROVED);
        if (request.lines.length > LINE_LIMIT) revert LineListInvalid(request.lines.length, LINE_LIMIT);
        for (uint256 i = 0; i < request.lines.length; ++i) {
            ReceivedLine calldata given = request.lines[i];
            RmaLine storage line = _rmaLines[request.returnId][given.line];
            if (given.quantity == 0) revert QuantityZero(given.line);
            uint256 awaited = line.expected - line.received;
            if (given.quantity > awaited) revert QuantityTooLarge(given.line, given.quantity, awaited);
            line.received += given.quantity;
        }
        bool missing = request.complete && _shorten(request.returnId, rma);
        // Where nothing was sent, or all is here, to say that nothing more comes would only put off the next deadline.
        if (request.lines.length == 0 && (!missing || rma.flags & (SENT | RECEIVED) == 0)) {
            revert LineListInvalid(0, LINE_LIMIT);
        }
        rma.flags |= RECEIVED;
        rma.since = _startOf(request.receivedAt);

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
        heads = new bytes32[](_parcelCount(_rmas[returnId]));
        for (uint256 i = 0; i < heads.length; ++i) {
            // At most two PARCEL_LIMIT, of a contract of ours.
            // slither-disable-next-line calls-loop
            heads[i] = _parcelLedger.head(_parcels[returnId][i]);
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
        // The clock of goods that still wait for inspection runs from their arrival.
        if (!_anyUndecided(request.returnId, rma)) rma.since = uint40(block.timestamp);
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

    function _anyUndecided(bytes32 returnId, Rma storage rma) private view returns (bool) {
        uint256 lines = _sales[rma.receipt].lines;
        for (uint256 i = 0; i < lines; ++i) {
            RmaLine storage line = _rmaLines[returnId][i];
            if (line.received > line.accepted + line.rejected && line.marks & HELD == 0) return true;
        }
        return false;
    }

    function _decide(InspectGoods calldata request, Rma storage rma) private returns (AcceptedLine[] memory accepted) {
        _checkLineCount(request.lines.length);
        accepted = new AcceptedLine[](request.lines.length);
        uint256 count;
        for (uint256 i = 0; i < request.lines.length; ++i) {
            InspectedLine calldata found = request.lines[i];
            RmaLine storage line = _rmaLines[request.returnId][found.line];
            // Whose word about it counts is for the dispute to say; that goods arrive is a fact all the same.
            if (line.marks & HELD != 0) revert LineDisputed(found.line);
            uint256 given = uint256(found.accepted) + found.rejected;
            if (given == 0) revert QuantityZero(found.line);
            uint256 waiting = line.received - line.accepted - line.rejected;
            if (given > waiting) revert QuantityTooLarge(found.line, given, waiting);
            if (found.diminishedBasisPoints > BASIS_POINTS) {
                revert DiminishedTooLarge(found.line, found.diminishedBasisPoints, BASIS_POINTS);
            }
            line.rejected += found.rejected;
            // What was given back before cannot have been these.
            if (found.rejected != 0) rma.flags &= ~GIVEN_BACK;
            if (found.accepted == 0) continue;
            accepted[count] =
                _accept(request.returnId, rma, found.line, found.accepted, found.diminishedBasisPoints);
            ++count;
        }
        _cut(accepted, count);
    }
}
