// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {ReturnBase} from "./base/ReturnBase.sol";
import {IHistory} from "./interfaces/IHistory.sol";
import {IParticipantRegistry} from "./interfaces/IParticipantRegistry.sol";
import {IPolicyBook} from "./interfaces/IPolicyBook.sol";
import "./interfaces/IReturnLedger.sol";
import {Authorisation} from "./interfaces/ISignedRequests.sol";
import {ReturnHash} from "./libraries/ReturnHash.sol";

/// @notice The part of `ReturnLedger` about goods: parcels, reception, inspection.
/// @dev `ReturnLedger` runs this code on its own storage. Called directly it finds no return, and records nothing.
contract ReturnGoods is ReturnBase {
    bytes32 private constant ADD_PARCEL_TYPEHASH = keccak256(
        "AddParcel(bytes32 returnId,uint32 participant,uint8 purpose,uint32 carrier,bytes32 tracking,uint64 sentAt,bytes32 document,uint256 nonce,uint64 deadline)"
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

    /* PARCELS */

    function addParcel(AddParcel calldata request, Authorisation calldata authorisation) external {
        bytes memory fields = abi.encode(ADD_PARCEL_TYPEHASH, request);
        (Rma storage rma, bytes32 digest) = request.participant == 0
            ? _asBuyer(request.returnId, fields, authorisation)
            : _asSeller(request.returnId, fields, authorisation);
        if (request.participant != 0 && request.participant != _sales[rma.receipt].seller) {
            revert ReturnNotParty(request.returnId, authorisation.actor);
        }
        _requireStatus(request.returnId, rma, ReturnStatus.APPROVED);
        bytes32 parcel = _addToList(request, rma);
        _noteParcel(request, rma);
        _record(
            ParcelAdded.selector,
            request.returnId,
            digest,
            abi.encode(
                uint64(block.timestamp),
                request.participant,
                request.purpose,
                request.carrier,
                request.tracking,
                request.sentAt,
                request.document,
                parcel
            )
        );
    }

    function _addToList(AddParcel calldata request, Rma storage rma) private returns (bytes32 parcel) {
        parcel = keccak256(abi.encode(request.carrier, request.tracking));
        mapping(uint256 index => bytes32) storage parcels = _parcels[request.returnId];
        uint256 count = _parcelCount(rma);
        bool bySeller = request.participant != 0;
        uint256 before = bySeller ? rma.parcels >> 4 : rma.parcels & 15;
        if (before >= PARCEL_LIMIT) revert ParcelLimitReached(request.returnId, PARCEL_LIMIT);
        for (uint256 i = 0; i < count; ++i) {
            if (parcels[i] == parcel) revert ParcelAlreadyAdded(request.returnId, parcel);
        }
        parcels[count] = parcel;
        rma.parcels += bySeller ? 16 : 1;
    }

    /// @dev Returned goods may be named by both sides (the seller makes labels); all else travels from the seller.
    /// A replacement needs a return that is not for money, goods given back need goods that were rejected. Only the
    /// parcel that is waited for starts the next clock: otherwise parcels would put off every deadline.
    function _noteParcel(AddParcel calldata request, Rma storage rma) private {
        ParcelPurpose purpose = request.purpose;
        uint40 start = _startOf(request.sentAt);
        if (purpose == ParcelPurpose.GOODS_RETURNED) {
            if (rma.flags & SENT == 0) rma.sentAt = start;
            rma.flags |= request.document != 0 ? SENT | DOCUMENTED : SENT;
            return;
        }
        bool givenBack = purpose == ParcelPurpose.GOODS_GIVEN_BACK;
        bool fits = givenBack
            ? _anyRejected(request.returnId, rma)
            : rma.resolution == Resolution.REPLACEMENT || rma.resolution == Resolution.REPAIR;
        if (purpose == ParcelPurpose.NONE || request.participant == 0 || !fits) {
            revert ParcelPurposeInvalid(purpose, request.participant);
        }
        Act awaited = _turnOf(request.returnId, rma).act;
        if (awaited == (givenBack ? Act.GIVE_BACK : Act.REPLACE)) rma.since = start;
        rma.flags |= givenBack ? GIVEN_BACK : REPLACED;
    }

    function _anyRejected(bytes32 returnId, Rma storage rma) private view returns (bool) {
        uint256 lines = _sales[rma.receipt].lines;
        for (uint256 line = 0; line < lines; ++line) {
            if (_rmaLines[returnId][line].rejected != 0) return true;
        }
        return false;
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
